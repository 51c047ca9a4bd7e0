/**
 * What a CA says of an Order or authorization that has ended there meanwhile, and of one that another account placed. A new Order
 * has nothing of it.
 */
export const isForgotten = (says: string): boolean =>
  /Failed to retrieve Order resource: 404\b|authorization must be pending|Failed to retrieve Order resource: 403 urn:ietf:params:acme:error:unauthorized: Account that authenticated/.test(
    says,
  );
