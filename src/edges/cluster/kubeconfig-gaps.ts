import path from 'node:path';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { at, listAt, textAt, textsAt } from '../../core/kubernetes/field.ts';

/** What a kubeconfig can say of a user that client-node 2.0.1 reads past, and kubectl does not. */
export type UserGaps = {
  /** As `tokenFile` (client-node looks for `token-file`), absolute. */
  readonly tokenFile?: string;
  /** Headers of impersonation besides the user's name. */
  readonly headers: Readonly<Record<string, string | string[]>>;
};

const none: UserGaps = { headers: {} };

/** The gaps of `user` in the text of the kubeconfig it came from. YAML is loaded only where there is one. */
export async function gapsOf(user: User, file: string, text: string): Promise<UserGaps> {
  if (!/\b(?:tokenFile|as-groups|as-uid|as-user-extra)\b/.test(text)) return none;
  const { parse } = await import('yaml');
  const entry = listAt(parse(text), 'users').find((item) => textAt(item, 'name') === user.name);
  const tokenFile = textAt(entry, 'user.tokenFile');
  const groups = textsAt(entry, 'user.as-groups');
  const uid = textAt(entry, 'user.as-uid');
  const extra = Object.entries((at(entry, 'user.as-user-extra') ?? {}) as Record<string, unknown>);
  return {
    ...(tokenFile ? { tokenFile: path.resolve(path.dirname(file), tokenFile) } : {}),
    headers: {
      ...(groups.length > 0 ? { 'Impersonate-Group': [...groups] } : {}),
      ...(uid ? { 'Impersonate-Uid': uid } : {}),
      ...Object.fromEntries(
        extra.map(([key, values]) => [
          `Impersonate-Extra-${encodeURIComponent(key)}`,
          [...textsAt({ values }, 'values')],
        ]),
      ),
    },
  };
}
