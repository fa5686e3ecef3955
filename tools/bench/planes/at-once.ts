/** Devices that check in and install at once. */
export const atOnce = { seed: 1, checkInMs: 1, installMs: 0 };
