/** The impact as a sentence that begins with the users: `Users see …`, `Users: no certificate yet`. */
export const impactWords = (impact: string): string =>
  impact.startsWith('users ') ? `U${impact.slice(1)}` : `Users: ${impact}`;
