export * from './client.js';
export * from './mask.js';
export * from './plane-http.js';
export * from './remember-token.js';
