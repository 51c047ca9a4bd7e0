import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { at, listAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { currentBed } from '../bed/bed.ts';

/** Series as promtool writes them: the name with labels, and its values, a sample every 15 s. */
export type Series = Readonly<Record<string, string>>;

/** What an alert is expected to do at a moment. Firing, it has the labels and the description given here; the rest is the rule's own. */
export type Expected = {
  readonly at: string;
  readonly fires: false | { readonly labels?: Readonly<Record<string, string>>; readonly description: string };
};

/** Runs Prometheus' own rule test; rejects with what it says where the alert does anything else. */
export async function testAlert(
  rule: KubernetesObject,
  alert: string,
  series: Series,
  expected: readonly Expected[],
): Promise<void> {
  const written = listAt(rule, 'spec.groups')
    .flatMap((group) => listAt(group, 'rules'))
    .find((one) => at(one, 'alert') === alert);
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify(at(rule, 'spec')));
    const test = {
      rule_files: ['rules.yaml'],
      evaluation_interval: '15s',
      tests: [
        {
          interval: '15s',
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          alert_rule_test: expected.map(({ at: moment, fires }) => ({
            eval_time: moment,
            alertname: alert,
            exp_alerts:
              fires === false
                ? []
                : [
                    {
                      exp_labels: { ...textMapAt(written, 'labels'), ...fires.labels },
                      exp_annotations: { ...textMapAt(written, 'annotations'), description: fires.description },
                    },
                  ],
          })),
        },
      ],
    };
    writeFileSync(join(folder, 'test.yaml'), stringify(test));
    await promisify(execFile)(currentBed().promtool, ['test', 'rules', join(folder, 'test.yaml')]);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${stdout}${stderr}` || String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
