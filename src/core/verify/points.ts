import type { Point } from './point.ts';
import { certificate } from './points/certificate.ts';
import { health } from './points/health.ts';
import { hpa } from './points/hpa.ts';
import { https } from './points/https.ts';
import { ingressTls } from './points/ingress-tls.ts';
import { issuers } from './points/issuers.ts';
import { monitoring } from './points/monitoring.ts';
import { networkPolicy } from './points/network-policy.ts';
import { pdb } from './points/pdb.ts';
import { redirect } from './points/redirect.ts';
import { renewal } from './points/renewal.ts';
import { resources } from './points/resources.ts';
import { spread } from './points/spread.ts';

/** The thirteen, in the order in which they are told. */
export const points: readonly Point[] = [
  monitoring,
  pdb,
  resources,
  issuers,
  certificate,
  ingressTls,
  https,
  redirect,
  renewal,
  health,
  hpa,
  networkPolicy,
  spread,
];

/** Whether alerts reach anybody belongs to what is monitored: it is looked at beside that point, and nowhere else. */
export const asksForAlerts = (chosen: readonly Point[]): boolean => chosen.includes(monitoring);
