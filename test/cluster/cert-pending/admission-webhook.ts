import { once } from 'node:events';
import https from 'node:https';
import type { Json } from '../bed/api-client.ts';
import { newAuthority } from '../bed/authority.ts';
import { currentBed } from '../bed/bed.ts';

const address = '127.77.0.51';
const port = 8443;
const nginxWebhook = 'validate.nginx.ingress.kubernetes.io';

/** Stands in for ingress-nginx's admission webhook in one namespace: says no with these words, or yes where there are none. */
export async function answerAdmission(
  namespace: string,
  says: (ingress: Json) => Promise<string | undefined> | string | undefined,
) {
  const authority = newAuthority('admission');
  const { certificate: cert, key } = authority.issue({ name: 'admission', names: [address] });
  const server = https.createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { request: asked } = JSON.parse(Buffer.concat(chunks).toString());
      const no = await says(asked.object);
      const verdict = no === undefined ? { allowed: true } : { allowed: false, status: { code: 400, message: no } };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: asked.uid, ...verdict },
        }),
      );
    });
  });
  server.listen(port, address);
  await once(server, 'listening');
  const configuration = await registerWebhook(namespace, {
    url: `https://${address}:${port}/`,
    caBundle: Buffer.from(authority.certificate).toString('base64'),
  });
  return {
    remove: async () => {
      await configuration.remove();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** As ingress-nginx's chart registers it, but for one namespace. */
export async function registerWebhook(namespace: string, clientConfig: object) {
  const bed = currentBed();
  const name = `${namespace}-admission`;
  await bed.kubectl('apply -f -', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: nginxWebhook,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 2,
        clientConfig,
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [
          {
            apiGroups: ['networking.k8s.io'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['ingresses'],
          },
        ],
      },
    ],
  });
  return { remove: () => bed.kubectl(['delete', 'validatingwebhookconfiguration', name]) };
}
