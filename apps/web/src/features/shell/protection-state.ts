/** What the settings say about blocking at a moment. */
import type { Settings } from '@weir/shared/contract/settings'

export interface ProtectionState {
  readonly kind: 'on' | 'paused' | 'off' | 'unknown'
  readonly text: string
}

/**
 * @param blocking undefined: the settings cannot be read
 * @param isFresh false: the resolver, or the API, has not been heard of for a while
 */
export function protectionState(
  blocking: Pick<Settings['blocking'], 'enabled' | 'pausedUntil'> | undefined,
  nowMs: number,
  isFresh: boolean,
): ProtectionState {
  if (!isFresh) return { kind: 'unknown', text: 'Unreachable' }
  if (blocking === undefined) return { kind: 'unknown', text: 'Unknown' }
  if (!blocking.enabled) return { kind: 'off', text: 'Blocking off' }
  const leftSeconds = Math.ceil(((blocking.pausedUntil ?? 0) - nowMs) / 1000)
  if (leftSeconds <= 0) return { kind: 'on', text: 'Protected' }
  return { kind: 'paused', text: `Paused ${countdown(leftSeconds)}` }
}

/** `4:59`, `1:02:03` */
function countdown(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** The next 06:00 on a day after this one, in local time. */
export function untilTomorrow(nowMs: number): number {
  const morning = new Date(nowMs)
  morning.setDate(morning.getDate() + 1)
  morning.setHours(6, 0, 0, 0)
  return morning.getTime()
}
