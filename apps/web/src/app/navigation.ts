/** The map of the console: what is shown, in which order, under which words. */
import {
  IconActivity,
  IconApps,
  IconCalendarTime,
  IconClockPause,
  IconDatabase,
  IconDeviceLaptop,
  IconGauge,
  IconHelpHexagon,
  IconHistory,
  IconListDetails,
  IconReportSearch,
  IconSettings,
  IconShield,
  IconTestPipe,
  IconUsersGroup,
} from '@tabler/icons-react'

export interface Destination {
  readonly to:
    | '/'
    | '/queries'
    | '/rules'
    | '/lists'
    | '/reports'
    | '/services'
    | '/why'
    | '/what-if'
    | '/groups'
    | '/schedules'
    | '/overrides'
    | '/clients'
    | '/database'
    | '/settings'
    | '/history'
  readonly label: string
  readonly icon: typeof IconGauge
}

export const SECTIONS: readonly { readonly heading: string; readonly entries: readonly Destination[] }[] = [
  {
    heading: '',
    entries: [
      { to: '/', label: 'Overview', icon: IconGauge },
      { to: '/queries', label: 'Queries', icon: IconActivity },
    ],
  },
  {
    heading: 'Policy',
    entries: [
      { to: '/rules', label: 'Rules', icon: IconShield },
      { to: '/lists', label: 'Lists', icon: IconListDetails },
      { to: '/services', label: 'Services', icon: IconApps },
      { to: '/groups', label: 'Groups', icon: IconUsersGroup },
      { to: '/schedules', label: 'Schedules', icon: IconCalendarTime },
      { to: '/overrides', label: 'Overrides', icon: IconClockPause },
      { to: '/why', label: 'Why?', icon: IconHelpHexagon },
      { to: '/what-if', label: 'What if?', icon: IconTestPipe },
      { to: '/reports', label: 'Reports', icon: IconReportSearch },
      { to: '/history', label: 'History', icon: IconHistory },
    ],
  },
  {
    heading: 'Network',
    entries: [{ to: '/clients', label: 'Clients', icon: IconDeviceLaptop }],
  },
  {
    heading: 'System',
    entries: [
      { to: '/database', label: 'Database', icon: IconDatabase },
      { to: '/settings', label: 'Settings', icon: IconSettings },
    ],
  },
]

export const ALL_DESTINATIONS: readonly Destination[] = SECTIONS.flatMap((section) => section.entries)

const find = (to: Destination['to']): Destination => ALL_DESTINATIONS.find((entry) => entry.to === to)!

/** The five of the bottom bar on a phone; the fifth place opens the rest. */
export const PHONE_DESTINATIONS: readonly Destination[] = ['/', '/queries', '/rules', '/why'].map((to) =>
  find(to as Destination['to']),
)
