/** Cutting names in the middle: in DNS the end tells whose a name is, so it is never what goes. */

const ELLIPSIS = '…'

/**
 * Splits a name into a head that may shrink and a tail that stays, for layouts that cut by width:
 * the tail is the last two labels, or the last 12 characters where there are fewer.
 */
export function splitForTruncation(name: string): { readonly head: string; readonly tail: string } {
  const labels = name.split('.')
  const tail = labels.length > 2 ? `.${labels.slice(-2).join('.')}` : name.slice(-12)
  return tail.length > 40
    ? { head: name.slice(0, -24), tail: name.slice(-24) }
    : { head: name.slice(0, name.length - tail.length), tail }
}

/**
 * At most `limit` characters of `name`, with an ellipsis in the middle where it was cut.
 *
 * @param limit characters of the result, at least 3
 */
export function middleTruncate(name: string, limit: number): string {
  if (name.length <= limit) return name
  const room = limit - ELLIPSIS.length
  const tail = Math.ceil(room * 0.6)
  return `${name.slice(0, room - tail)}${ELLIPSIS}${name.slice(name.length - tail)}`
}
