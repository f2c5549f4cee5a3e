/** In what AWS's services say of a thing that is there already. */
const MADE_ALREADY = /already ?exists/i;

/**
 * A deploy into an empty local AWS. It creates many things at once, and now and then moto makes one whose answer gets lost: the SDK repeats
 * the request, and finds the thing made already. Then all is cleared and deployed once more. A defect fails twice.
 *
 * @param clear empties the local AWS and takes the state away
 */
export async function firstDeploy(deploy: () => Promise<unknown>, clear: () => Promise<void>): Promise<void> {
  try {
    await deploy();
  } catch (error) {
    if (!(error instanceof Error) || !MADE_ALREADY.test(error.message)) {
      throw error;
    }
    console.error(`DEPLOYED ONCE MORE: the local AWS had made something whose answer got lost. ${error.message}`);
    await clear();
    await deploy();
  }
}
