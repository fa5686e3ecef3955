/** What is posted to publish a ring. */
export const publishBody = (correlationId: string): string =>
  JSON.stringify({ correlation_id: correlationId, ring: 'lab' });
