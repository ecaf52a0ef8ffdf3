/** Above every page: search, protection, freshness of the data, theme, account. */
import { useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useSignOut } from '../features/session/sign-out.ts'
import { CommandPalette } from '../features/shell/command-palette.tsx'
import { LiveIndicator } from '../features/shell/live-indicator.tsx'
import { ProtectionMenu } from '../features/shell/protection-menu.tsx'
import { meQuery } from '../lib/api/me.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import type { Destination } from './navigation.ts'
import styles from './top-bar.module.css'

export function TopBar({ destinations }: { readonly destinations: readonly Destination[] }) {
  return (
    <header className={styles.bar}>
      <CommandPalette destinations={destinations} />
      <div className={styles.end}>
        <LiveIndicator />
        <ProtectionMenu />
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  )
}

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const hint = (scheme: typeof colorScheme) => (scheme === colorScheme ? { hint: '✓' } : {})
  return (
    <Menu
      heading="Theme"
      trigger={
        <IconButton label="Theme">
          {colorScheme === 'light' ? (
            <IconSun size={17} />
          ) : colorScheme === 'dark' ? (
            <IconMoon size={17} />
          ) : (
            <IconDeviceDesktop size={17} />
          )}
        </IconButton>
      }
      entries={[
        {
          label: 'As the system',
          icon: <IconDeviceDesktop size={15} />,
          ...hint('auto'),
          onSelect: () => setColorScheme('auto'),
        },
        { label: 'Dark', icon: <IconMoon size={15} />, ...hint('dark'), onSelect: () => setColorScheme('dark') },
        { label: 'Light', icon: <IconSun size={15} />, ...hint('light'), onSelect: () => setColorScheme('light') },
      ]}
    />
  )
}

function AccountMenu() {
  const { data: me } = useQuery(meQuery)
  const navigate = useNavigate()
  const signOut = useSignOut()
  return (
    <Menu
      heading={me ? `${me.name}, ${me.role}` : 'Account'}
      trigger={
        <IconButton label="Account">
          <IconUser size={17} />
        </IconButton>
      }
      entries={[
        {
          label: 'My account',
          icon: <IconUser size={15} />,
          onSelect: () => void navigate({ to: '/settings', search: { section: 'account' } }),
        },
        { label: 'Sign out', icon: <IconLogout size={15} />, onSelect: () => void signOut() },
      ]}
    />
  )
}
