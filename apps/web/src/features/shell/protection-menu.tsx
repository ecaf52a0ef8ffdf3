/** Is blocking on? Pausing it for a while, and resuming. */
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconShieldCheck,
  IconShieldOff,
  IconShieldPause,
  IconShieldQuestion,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { SettingsPatch } from '@weir/shared/contract/settings'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { settingsQuery, usePatchSettings } from '../../lib/api/settings.ts'
import { messageOf } from '../../lib/api-error.ts'
import { useLiveState } from '../../lib/live-context.ts'
import { useNow } from '../../lib/use-now.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { useToast } from '../../ui/toast.tsx'
import { protectionState, untilTomorrow } from './protection-state.ts'
import styles from './shell.module.css'
import { isStale } from './staleness.ts'

const PAUSES: readonly (readonly [label: string, minutes: number])[] = [
  ['5 minutes', 5],
  ['30 minutes', 30],
  ['1 hour', 60],
]

const ICONS = { on: IconShieldCheck, paused: IconShieldPause, off: IconShieldOff, unknown: IconShieldQuestion }

export function ProtectionMenu() {
  const { data: settings, failureReason, errorUpdateCount, refetch } = useQuery(settingsQuery)
  const { data: me } = useQuery(meQuery)
  const now = useNow(1000)
  const isFresh = !isStale(useLiveState(), now)
  const toast = useToast()
  const patch = usePatchSettings()
  const state = protectionState(settings?.blocking, now, isFresh)
  if (!settings)
    // Before the first answer there is nothing to say; while it is tried again, what was said stays.
    return failureReason === null && errorUpdateCount === 0 && isFresh ? null : (
      <Button
        variant="ghost"
        icon={<IconShieldQuestion size={17} />}
        className={styles.protection}
        data-kind={state.kind}
        aria-label={`Protection: ${state.text}. Try again`}
        title={failureReason === null ? undefined : messageOf(failureReason)}
        onClick={() => void refetch()}
      >
        {state.text}
      </Button>
    )
  const change = (blocking: NonNullable<SettingsPatch['blocking']>, message: string) =>
    patch.mutate(
      { patch: { blocking }, base: settings },
      {
        onSuccess: () => toast({ message }),
        onError: (error) => toast({ message: `Not changed: ${messageOf(error)}`, isError: true }),
      },
    )
  const pause = (label: string, blocking: NonNullable<SettingsPatch['blocking']>): MenuEntry => ({
    label,
    icon: <IconPlayerPause size={15} />,
    onSelect: () => change(blocking, `Blocking paused: ${label}`),
  })
  const resume: MenuEntry = {
    label: 'Resume blocking',
    icon: <IconPlayerPlay size={15} />,
    onSelect: () => change({ pausedUntil: null, enabled: true }, 'Blocking is on again'),
  }
  const Icon = ICONS[state.kind]
  const trigger = (
    <Button
      variant="ghost"
      icon={<Icon size={17} />}
      className={styles.protection}
      data-kind={state.kind}
      aria-label={`Protection: ${state.text}`}
      disabled={!mayAs(me?.role, 'admin')}
    >
      {state.text}
    </Button>
  )
  return (
    <Menu
      heading={state.kind === 'on' ? 'Pause blocking for' : 'Blocking'}
      trigger={trigger}
      entries={[
        ...(state.kind === 'on' ? [] : [resume]),
        ...PAUSES.map(([label, minutes]) => pause(label, { pauseSeconds: minutes * 60 })),
        pause('Until tomorrow 06:00', { pausedUntil: untilTomorrow(Date.now()) }),
      ]}
    />
  )
}
