import type { ReloadReply } from '@weir/shared/control/messages'

/**
 * What whoever made a change is told.
 * @param revision that is in effect @param applied undefined: it is still under way
 */
export function reloadReply(revision: number, applied: boolean | undefined): ReloadReply {
  const reply = { revision, applied: applied === true }
  if (applied) return reply
  if (applied === undefined) return { ...reply, detail: 'it is being brought into effect', isUnderWay: true }
  return { ...reply, detail: 'the change could not be brought into effect; the log says why' }
}
