import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './built-command.ts';
import { verifiedPractice } from './verified-practice.ts';

/**
 * A sound staging that this tool itself set up, by the built command: a profile, a tree, and a set that was applied. `differs` is what
 * its environment has besides, then and later.
 */
export async function deployedPractice(home: string, differs: NodeJS.ProcessEnv = {}) {
  const place = await verifiedPractice();
  const { contextName } = place.practice;
  const env = {
    ...place.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    ...differs,
  };
  mkdirSync(home, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(home, name), text);
  write(
    'staging.env',
    'database-url=postgres://u:p@db.data.svc:5432/auth\nredis-url=redis://:p@cache.data.svc:6379\njwt-secret=staging7K9qW3zX5vB2nM8rT4yU6iO1pA\n',
  );
  const setUp = async (tag: string, ...more: readonly string[]) => {
    write(
      'answers.yaml',
      `apiVersion: orion-setup/v1
kind: Answers
domain: example.org
tree: ./k8s
image: ghcr.io/example/auth-service:${tag}
allowFromNamespaces: [orion-web]
environments:
  staging: {context: ${contextName}, secretsFile: staging.env}
`,
    );
    const answers = ['--answers', join(home, 'answers.yaml')];
    return await run(['setup', '--env', 'staging', ...answers, '--no-input', ...place.args, ...more], { env });
  };
  const done = await setUp('1.4.2', '--yes');
  if (done.code !== 0) throw new Error(`Staging was not set up: ${done.stdout}${done.stderr}`);
  return {
    ...place,
    env,
    /** What set-up said. */
    done,
    /** What the tree says then, without bringing it in. */
    imageInTree: (tag: string) => setUp(tag),
  };
}
