import { askList, askText } from '../ask.ts';
import { earlierList, earlierText, givenList, givenText, type Step } from '../state.ts';
import { checkImage } from '../validate/image.ts';
import { checkObjectName } from '../validate/names.ts';

export const imageStep: Step = {
  name: 'image',
  title: 'Image',
  next: (journey) => {
    if (givenText(journey, 'image') === undefined) {
      return askText({
        id: 'image',
        step: 'image',
        title: 'Which image of the auth service?',
        why: 'With registry and version, as the nodes pull it. The gate to production holds for this very image.',
        default: earlierText(journey, 'image', undefined),
        check: checkImage,
      });
    }
    if (givenList(journey, 'pull-secrets') === undefined) {
      return askList({
        id: 'pull-secrets',
        step: 'image',
        title: 'Which Secrets hold the login to its registry?',
        why: 'Names of Secrets of type kubernetes.io/dockerconfigjson in the namespaces of the environments. A public registry needs none.',
        default: earlierList(journey, 'pull-secrets', []),
        check: checkObjectName,
      });
    }
    return undefined;
  },
};
