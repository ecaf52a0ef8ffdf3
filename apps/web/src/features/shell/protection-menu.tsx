/** Is blocking on? Pausing it for a while, and resuming. */
import { IconPlayerPause, IconPlayerPlay, IconShieldCheck, IconShieldOff, IconShieldPause } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { settingsQuery, usePatchSettings } from '../../lib/api/settings.ts'
import { messageOf } from '../../lib/api-error.ts'
import { useNow } from '../../lib/use-now.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { useToast } from '../../ui/toast.tsx'
import { protectionState, untilTomorrow } from './protection-state.ts'
import styles from './shell.module.css'

const PAUSES: readonly (readonly [label: string, minutes: number])[] = [
  ['5 minutes', 5],
  ['30 minutes', 30],
  ['1 hour', 60],
]

const ICONS = { on: IconShieldCheck, paused: IconShieldPause, off: IconShieldOff }

export function ProtectionMenu() {
  const { data: settings } = useQuery(settingsQuery)
  const { data: me } = useQuery(meQuery)
  const now = useNow(1000)
  const toast = useToast()
  const patch = usePatchSettings()
  if (!settings) return null
  const state = protectionState(settings.blocking, now)
  const change = (blocking: { pausedUntil?: number | null; enabled?: boolean }, message: string) =>
    patch.mutate(
      { patch: { blocking }, base: settings },
      {
        onSuccess: () => toast({ message }),
        onError: (error) => toast({ message: `Not changed: ${messageOf(error)}`, isError: true }),
      },
    )
  const pause = (label: string, until: number): MenuEntry => ({
    label,
    icon: <IconPlayerPause size={15} />,
    onSelect: () => change({ pausedUntil: until }, `Blocking paused: ${label}`),
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
        ...PAUSES.map(([label, minutes]) => pause(label, Date.now() + minutes * 60_000)),
        pause('Until tomorrow 06:00', untilTomorrow(Date.now())),
      ]}
    />
  )
}
