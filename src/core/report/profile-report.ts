import { z } from 'zod';
import type { Profile } from '../profile.ts';
import { apiVersion, toolSchema } from './parts.ts';

/** Profiles as documents. A profile holds no secrets, so all of it is shown. */
const profileSchema = z.looseObject({ version: z.literal(1), name: z.string(), environments: z.looseObject({}) });

export const profileReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Profile'),
  tool: toolSchema,
  profile: profileSchema,
});

export const profileListSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('ProfileList'),
  tool: toolSchema,
  current: z.string().nullable(),
  items: z.array(profileSchema),
});

const tool = (version: string) => ({ name: 'orion-setup', version }) as const;

export function profileReport(profile: Profile, version: string): z.infer<typeof profileReportSchema> {
  return { apiVersion, kind: 'Profile', tool: tool(version), profile: { ...profile } };
}

export function profileList(
  all: readonly Profile[],
  current: string | null,
  version: string,
): z.infer<typeof profileListSchema> {
  return { apiVersion, kind: 'ProfileList', tool: tool(version), current, items: all.map((one) => ({ ...one })) };
}
