import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { connect } from '../../src/edges/cluster/connect.ts';
import { type Practice, startPractice } from '../../src/practice/practice.ts';
import { apiContract } from '../contract/api-contract.ts';

/** The contract that Kubernetes itself passes, asked of the practice cluster through the real edge. */
const folder = mkdtemp(join(tmpdir(), 'practice-contract-'));
let started: Promise<Practice> | undefined;
const practice = async () => {
  const dir = await folder;
  // A clock of its own pace: what controllers take seconds for is there within a wink.
  started ??= startPractice({ scenario: 'empty', speed: 50, dir });
  return started;
};

apiContract(
  'the practice cluster',
  async (who, options) => {
    const { kubeconfig, userWith } = await practice();
    return connect({ kubeconfig: who === 'admin' ? kubeconfig : await userWith([], 'stranger'), ...options });
  },
  { controllers: true },
);

afterAll(async () => {
  await (await practice()).close();
  await rm(await folder, { recursive: true });
});
