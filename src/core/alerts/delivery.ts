import type { Alert } from './alert.ts';
import { type AlertRoutes, reached } from './route.ts';

/** Where one alert ends up. */
export type Delivery = {
  readonly alert: string;
  /** Names, each once, in the order of the routes. */
  readonly receivers: readonly string[];
  /** `somebody`: at least one receiver tells somebody. `unsure`: labels that are not known beforehand decide. */
  readonly tells: 'somebody' | 'nobody' | 'unsure';
  /** Only, or not, in certain intervals of time. */
  readonly timed: boolean;
};

export function deliveryOf(alert: Alert, { route, receivers }: AlertRoutes): Delivery {
  const { routes, sure } = reached(route, alert);
  const tells = (name: string): boolean => receivers.some((one) => one.name === name && one.ways > 0);
  const telling = routes.filter((one) => tells(one.receiver));
  return {
    alert: alert.name,
    receivers: [...new Set(routes.map(({ receiver }) => receiver))],
    tells: telling.length === 0 ? 'nobody' : sure || telling.length === routes.length ? 'somebody' : 'unsure',
    timed: telling.length > 0 && telling.every(({ timed }) => timed),
  };
}
