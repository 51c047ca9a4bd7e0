import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { textMapAt } from '../../core/kubernetes/field.ts';

const unzip = promisify(gunzip);

/**
 * The names of the jobs in a Secret's data as prometheus-operator writes it. The configuration holds passwords of others, so nothing else
 * leaves this function. Undefined where it cannot be read.
 */
export async function jobsOf(data: unknown): Promise<readonly string[] | undefined> {
  const zipped = textMapAt({ data }, 'data')['prometheus.yaml.gz'];
  if (zipped === undefined) return undefined;
  try {
    const text = (await unzip(Buffer.from(zipped, 'base64'))).toString('utf8');
    return [...text.matchAll(/^\s*(?:- )?job_name: *["']?([^"'\n]+?)["']? *$/gm)].map(([, name = '']) => name);
  } catch {
    return undefined;
  }
}
