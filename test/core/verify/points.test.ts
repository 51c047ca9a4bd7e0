import { expect, test } from 'vitest';
import { notGreen, soundGround, verified } from './sound-cluster.ts';

test('a sound staging is green in all thirteen points', async () => {
  const all = await verified(soundGround());
  console.log(
    all.points
      .map((p) => `${p.id} ${p.state}: ${p.saw} ${p.codes} ${p.remarks.join('|')} ${JSON.stringify(p.notLooked)}`)
      .join('\n'),
  );
  expect(all.points).toHaveLength(13);
  expect(notGreen(all)).toEqual([]);
});
