import { dirname } from 'node:path';
import { connect } from '../../src/edges/cluster/connect.ts';
import { apiContract } from '../contract/api-contract.ts';
import { currentBed } from './bed/bed.ts';
import { blankUsers, kubeconfigFile } from './bed/users.ts';

/** The contract, asked of Kubernetes itself: with its controllers, and without any. */
const bed = currentBed();

apiContract(
  'Kubernetes',
  async (who, options) =>
    connect({ kubeconfig: who === 'admin' ? bed.kubeconfig : await bed.userWith([]), ...options }),
  { controllers: true },
);

/** The bed starts it when it is first asked for; both users ask at once. */
let started: ReturnType<typeof bed.bare> | undefined;

apiContract(
  'Kubernetes without controllers',
  async (who, options) => {
    started ??= bed.bare();
    const { kubeconfig } = await started;
    const stranger = kubeconfigFile(dirname(kubeconfig), blankUsers[0] ?? { name: 'operator-1' });
    return connect({ kubeconfig: who === 'admin' ? kubeconfig : stranger, ...options });
  },
  { controllers: false },
);
