import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './built-command.ts';
import { verifiedPractice } from './verified-practice.ts';
import { writeAnswers } from './written-answers.ts';

/**
 * Staging, and production where it is wanted, as this tool itself set them up, by the built command: a profile, a tree, and a set that was
 * applied. `differs` is what its own environment has besides, then and later.
 */
export async function deployedPractice(
  home: string,
  {
    withProduction = false,
    differs = {},
  }: { readonly withProduction?: boolean; readonly differs?: NodeJS.ProcessEnv } = {},
) {
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
  const setUp = async (environment: 'staging' | 'production', tag: string, ...more: readonly string[]) => {
    writeAnswers(home, contextName, tag);
    const answers = ['--answers', join(home, 'answers.yaml')];
    return await run(['setup', '--env', environment, ...answers, '--no-input', ...place.args, ...more], { env });
  };
  const consents = { staging: ['--yes'], production: ['--yes', '--confirm', 'orion-prod'] } as const;
  const setUpWholly = async (environment: 'staging' | 'production') => {
    const done = await setUp(environment, '1.4.2', ...consents[environment]);
    if (done.code !== 0) throw new Error(`${environment} was not set up: ${done.stdout}${done.stderr}`);
    return done;
  };
  const done = await setUpWholly('staging');
  if (withProduction) await setUpWholly('production');
  return {
    ...place,
    env,
    /** What set-up of staging said. */
    done,
    /** What the tree says then, without bringing it in. */
    imageInTree: (tag: string, environment: 'staging' | 'production' = 'staging') => setUp(environment, tag),
  };
}
