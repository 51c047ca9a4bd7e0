import type { PointResult } from '../../../src/core/verify/verification.ts';

/** A point of a verification that passed, but for what a test says of it. */
export const pointResult = (differs: Partial<PointResult> & Pick<PointResult, 'id'>): PointResult => ({
  title: '',
  state: 'passed',
  expected: '',
  saw: '',
  object: null,
  field: null,
  lasting: false,
  codes: [],
  remarks: [],
  notLooked: [],
  runbook: null,
  commands: [],
  ...differs,
});
