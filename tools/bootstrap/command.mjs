import { bootstrap } from '../bootstrap.mjs';

/**
 * A command of the root `package.json`: sets the clone up, does the work, and ends with its exit code. What goes wrong
 * is told as a sentence.
 *
 * @param {(args: string[]) => Promise<number>} work is given the command's arguments
 */
export async function command(work) {
  try {
    await bootstrap();
    process.exitCode = await work(process.argv.slice(2));
  } catch (cause) {
    console.error(`\n${cause instanceof Error ? cause.message : String(cause)}`);
    process.exitCode = 1;
  }
}
