import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { reportSchemas } from '../../src/core/report/schemas.ts';

test.each(Object.entries(reportSchemas))(
  'the shipped schema of %s is the one that the code prints by',
  (kind, schema) => {
    const shipped = readFileSync(fileURLToPath(new URL(`../../schemas/${kind}.json`, import.meta.url)), 'utf8');
    expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify({ title: kind, ...z.toJSONSchema(schema) })));
  },
);
