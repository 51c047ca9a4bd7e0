import { expect, test } from 'vitest';
import { systemShell } from '../../../src/edges/shell/system-shell.ts';

const { signal } = new AbortController();
const run = (script: string, options: Parameters<typeof systemShell.run>[2] = {}) =>
  systemShell.run(process.execPath, ['-e', script], options, signal);

test('what a program says is kept as it is', async () => {
  expect(await run('console.log("out"); console.error("err")')).toEqual({ ok: true, stdout: 'out\n', stderr: 'err\n' });
});

test('arguments reach the program as they are: there is no shell', async () => {
  const hostile = '$(touch /tmp/x); "a b" `id` > y';
  const answer = await systemShell.run(process.execPath, ['-p', 'process.argv[1]', hostile], {}, signal);
  expect(answer).toEqual({ ok: true, stdout: `${hostile}\n`, stderr: '' });
});

test('input is given, and without any there is nothing to wait for', async () => {
  const echo = 'process.stdin.pipe(process.stdout)';
  expect(await run(echo, { input: 'kind: List\n' })).toMatchObject({ ok: true, stdout: 'kind: List\n' });
  expect(await run(echo)).toMatchObject({ ok: true, stdout: '' });
});

test('a folder to run in', async () => {
  expect(await run('console.log(process.cwd())', { cwd: '/' })).toMatchObject({ stdout: '/\n' });
});

test('the environment is this process’s own, with nothing added', async () => {
  const answer = await run('console.log(JSON.stringify(Object.keys(process.env).sort()))');
  expect(JSON.parse(answer.stdout)).toEqual(Object.keys(process.env).toSorted());
});

test('a program that fails says how', async () => {
  expect(await run('console.error("no"); process.exit(3)')).toEqual({
    ok: false,
    why: 'failed',
    exitCode: 3,
    stdout: '',
    stderr: 'no\n',
  });
});

test('one that fails in silence, or is killed, is explained', async () => {
  expect(await run('process.exit(3)')).toMatchObject({
    why: 'failed',
    exitCode: 3,
    stderr: expect.stringContaining('exit code 3'),
  });
  expect(await run('process.kill(process.pid, "SIGKILL")')).toMatchObject({
    why: 'failed',
    exitCode: null,
    stderr: expect.stringContaining('SIGKILL'),
  });
});

test('a program that is not there is not installed; a folder that is not there is something else', async () => {
  expect(await systemShell.run('orion-setup-no-such-program', [], {}, signal)).toMatchObject({
    ok: false,
    why: 'not-installed',
    exitCode: null,
  });
  expect(await run('', { cwd: '/no/such/folder' })).toMatchObject({
    ok: false,
    why: 'failed',
    stderr: expect.stringContaining('/no/such/folder'),
  });
});

test('one that takes too long is ended', async () => {
  expect(await run('setInterval(() => {}, 1000)', { timeoutMs: 200 })).toMatchObject({
    ok: false,
    why: 'timed-out',
    exitCode: null,
  });
});

test('output has a bound', async () => {
  const answer = await run('process.stdout.write("x".repeat(3_000_000))');
  expect(answer).toMatchObject({ ok: false, why: 'failed', stderr: expect.stringContaining('more than 1 MiB') });
  expect(answer.stdout).toHaveLength(1_048_576);
});

test('an abort ends the program and rejects with its reason, also before it has begun', async () => {
  const reason = new Error('interrupted');
  const controller = new AbortController();
  const running = systemShell.run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {}, controller.signal);
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  await expect(systemShell.run(process.execPath, ['-e', ''], {}, AbortSignal.abort(reason))).rejects.toBe(reason);
});
