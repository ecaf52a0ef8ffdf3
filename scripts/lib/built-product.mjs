/** Before tests that start Weir's processes: these run what is built, as people do, so it must be built from the source as it is. */
export { ensureBuilt as setup } from './set-up.mjs'
