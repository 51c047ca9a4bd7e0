import { z } from 'zod';
import { apiVersion } from './parts.ts';

/** What `practice --list -o json` prints. */
export const scenarioListSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('ScenarioList'),
  items: z.array(z.strictObject({ name: z.string(), runbook: z.string(), title: z.string() })),
});

export type ScenarioList = z.infer<typeof scenarioListSchema>;
