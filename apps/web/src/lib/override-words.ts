/** Overrides as a person would say them. */
import type { Override, OverrideKind } from '@weir/shared/contract/overrides'
import { plural } from './format.ts'

export const KIND_LABELS: Readonly<Record<OverrideKind, string>> = {
  pause: 'Pause filtering',
  allow: 'Allow a name',
  block: 'Block a name',
  offline: 'Block the internet',
}

export function titleOf({ kind, name }: Pick<Override, 'kind' | 'name'>): string {
  switch (kind) {
    case 'pause':
      return 'Filtering paused'
    case 'offline':
      return 'Internet blocked'
    case 'allow':
      return `${name} allowed`
    case 'block':
      return `${name} blocked`
  }
}

export const whomOf = ({ client, groupName }: Pick<Override, 'client' | 'groupName'>): string =>
  client ?? (groupName === null ? 'Everyone' : `Group ${groupName}`)

/** `10 min`, `1 hour`, `3 days`; nothing for what holds until a time of day. */
export function lengthText({ minutes }: Pick<Override, 'minutes'>): string {
  if (minutes === null) return ''
  if (minutes % (24 * 60) === 0) return plural(minutes / (24 * 60), 'day')
  return minutes % 60 === 0 ? plural(minutes / 60, 'hour') : `${minutes} min`
}

const SECONDS = { hour: 3600, minute: 60 }

/** `2 h 05 min`, `9:59`: minutes and seconds in the last hour, since then one looks on. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds >= 48 * SECONDS.hour) return `${Math.round(seconds / (24 * SECONDS.hour))} days`
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds >= SECONDS.hour)
    return `${Math.floor(seconds / SECONDS.hour)} h ${two(Math.floor((seconds % SECONDS.hour) / SECONDS.minute))} min`
  return `${Math.floor(seconds / SECONDS.minute)}:${two(seconds % SECONDS.minute)}`
}
