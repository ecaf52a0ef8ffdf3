/** Services in words, and what a search finds. */
import type { Service } from '@weir/shared/contract/rule-sets'

const nameOf = (entry: string): string => entry.replace(/^=/, '')

/** `youtube.com, youtu.be and 7 more` */
export function namesInShort(entries: readonly string[]): string {
  const shown = entries.slice(0, 2).map(nameOf).join(', ')
  return entries.length > 2 ? `${shown} and ${entries.length - 2} more` : shown
}

/** Part of its title, of one of its names, or a name below one of them. */
export function isFound(service: Pick<Service, 'name' | 'domains'>, text: string): boolean {
  const needle = text.trim().toLowerCase().replace(/\.$/, '')
  if (service.name.toLowerCase().includes(needle)) return true
  return service.domains.some((entry) => {
    const name = nameOf(entry)
    return name.includes(needle) || (entry === name && needle.endsWith(`.${name}`))
  })
}

/** `22, none blocked`; `3 of 22 blocked, 1 on trial` */
export function countInWords(services: readonly Pick<Service, 'enabled' | 'shadow'>[]): string {
  const on = services.filter(({ enabled }) => enabled)
  const onTrial = on.filter(({ shadow }) => shadow).length
  const blocked = on.length - onTrial
  const text = blocked === 0 ? `${services.length}, none blocked` : `${blocked} of ${services.length} blocked`
  return onTrial === 0 ? text : `${text}, ${onTrial} on trial`
}
