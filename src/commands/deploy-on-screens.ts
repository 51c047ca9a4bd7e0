import type { Invocation } from '../cli/invocation.ts';
import { utc } from '../core/durations.ts';
import type { Io } from '../core/outside/io.ts';
import type { DeployReport } from '../core/report/deploy-report.ts';
import type { ActFace } from '../views/ink/act/act.ts';
import { type DeployContent, type DeployTold, deployAct } from '../views/ink/deploy/deploy-act.ts';
import { drawDeploy } from '../views/ink/deploy/deploy-view.tsx';
import { deployEnd, deployLine } from '../views/plain/deploy-lines.ts';
import { deploy } from './deploy.ts';
import type { DeployFace, WayBack } from './deploy-face.ts';
import { changingNothing, diff } from './diff.ts';
import { bandOf, onActScreens } from './on-act-screens.ts';
import { rollback } from './rollback.ts';
import { realWorld } from './setup-world.ts';

type Action = DeployReport['action'];

const titles: Readonly<Record<Action, string>> = { diff: 'Differences of', deploy: 'Deploy', rollback: 'Roll back' };

/** Diff, deploy or rollback on screens, and what the end of one leads on to. Answers the exit code of the last. */
export async function deployOnScreens(action: Action, invocation: Invocation, io: Io): Promise<number> {
  const title = `${titles[action]} ${invocation.words[0] ?? 'staging'}`;
  const left = await onActScreens<DeployContent, DeployTold>(
    (run) => deployAct({ action, title, run }),
    drawDeploy,
    (face, behind) => byAction(action, faceOver(action, face, behind), invocation, behind),
    invocation,
    io,
  );
  return left.to === undefined ? left.code : await deployOnScreens(left.to as Action, invocation, io);
}

/** The command as it runs by lines, with another face. */
function byAction(action: Action, face: DeployFace, invocation: Invocation, io: Io): Promise<number> {
  switch (action) {
    case 'diff':
      return diff(invocation, io, realWorld(changingNothing(invocation), io), { face });
    case 'deploy':
      return deploy(invocation, io, realWorld(invocation, io), { face });
    case 'rollback':
      return rollback(invocation, io, realWorld(invocation, io), { face });
  }
}

function faceOver(action: Action, face: ActFace<DeployTold>, io: Io): DeployFace {
  return {
    entered: (place) => face.entered(bandOf(place)),
    proposed: (heading, shown, prune) => face.tell({ event: 'proposed', heading, shown, prune }),
    sets: () => {},
    choose: async (ways) => {
      const id = await face.choose(
        'Where to go back to? What that changes is shown first.',
        ways.map((way, place) => ({ id: String(place), ...rowOf(way) })),
      );
      return id === undefined ? undefined : ways[Number(id)];
    },
    consents: (wanted) => face.consents(wanted, action === 'rollback' ? 'go back' : 'apply it'),
    tell: (event) => (event.event === 'clock-off-found' ? io.err(deployLine(event)) : face.tell(event)),
    ended: (report) => {
      face.tell({ event: 'reported', report });
      io.out(deployEnd(report));
    },
  };
}

function rowOf(way: WayBack): { readonly title: string; readonly aside: string } {
  if ('revision' in way) return { title: `Only the pods: revision ${way.revision}, ${way.image}`, aside: '' };
  const { number, image, at, by } = way.set;
  return { title: `Set ${number}: ${image}`, aside: `${utc(new Date(at))} by ${by}` };
}
