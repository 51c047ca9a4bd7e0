import { describe } from 'vitest';
import { type ConnectAs, type ContractOptions, contractGround } from './contract-ground.ts';
import { makingContract } from './contract-of-making.ts';
import { mendingContract } from './contract-of-mending.ts';
import { readingContract } from './contract-of-reading.ts';
import { removingContract } from './contract-of-removing.ts';
import { rightsContract } from './contract-of-rights.ts';

/**
 * What this tool relies on of a Kubernetes API, asked through its own edge. The API server of the test bed and the practice cluster
 * both pass it: so a story that ends well in practice ends well for real, as far as the API goes.
 */
export function apiContract(name: string, connectAs: ConnectAs, options: ContractOptions): void {
  describe(`the API of ${name}`, () => {
    const ground = contractGround(connectAs, options);
    describe('reading', () => readingContract(ground));
    describe('making', () => makingContract(ground));
    describe('mending', () => mendingContract(ground));
    describe('removing', () => removingContract(ground));
    describe('rights', () => rightsContract(ground));
  });
}
