import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beginnings of secrets that no output may show. */
export const planted = /pLanted/;

/** What the operator of a test answered beforehand, for both environments of one cluster, with `tag` as their image's. */
export function writeAnswers(folder: string, context: string, tag: string): void {
  for (const name of ['staging', 'production'])
    writeFileSync(
      join(folder, `${name}.env`),
      `database-url=postgres://u:pLanted-${name}@db.data.svc:5432/auth\nredis-url=redis://:pLanted@cache.data.svc:6379\njwt-secret=pLanted7${name}K9qW3zX5vB2nM8rT4yU6iO\n`,
    );
  writeFileSync(
    join(folder, 'answers.yaml'),
    `apiVersion: orion-setup/v1
kind: Answers
domain: example.org
tree: ./k8s
image: ghcr.io/example/auth-service:${tag}
allowFromNamespaces: [orion-web]
environments:
  staging: {context: ${context}, secretsFile: staging.env}
  production: {context: ${context}, secretsFile: production.env}
`,
  );
}
