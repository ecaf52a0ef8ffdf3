/** The sections of the settings: chosen at the side, saved one by one. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { SettingsState } from '@weir/shared/contract/settings'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { settingsQuery } from '../../lib/api/settings.ts'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { AboutPanel } from './about-panel.tsx'
import { AccountSection } from './account-section.tsx'
import { BlockingSection } from './blocking-section.tsx'
import { ConsoleSection } from './console-section.tsx'
import { ListsSection } from './lists-section.tsx'
import { AccessSection, CacheSection, LogSection, UpstreamsSection } from './resolving-sections.tsx'
import styles from './settings.module.css'
import { SECTION_LABELS, SECTIONS, type Section } from './settings-search.ts'
import { StorageSection } from './storage-section.tsx'
import { TokensSection } from './tokens-section.tsx'
import { UsersSection } from './users-section.tsx'

/** Users and tokens are the administrators' business. */
const ADMIN_SECTIONS: readonly Section[] = ['users', 'tokens']

export function SettingsView({ section }: { readonly section: Section }) {
  const settings = useQuery(settingsQuery)
  const { data: me } = useQuery(meQuery)
  const sections = SECTIONS.filter((entry) => mayAs(me?.role, 'admin') || !ADMIN_SECTIONS.includes(entry))
  return (
    <div className={styles.view}>
      <nav aria-label="Sections" className={styles.nav}>
        {sections.map((entry) => (
          <Link
            key={entry}
            to="/settings"
            search={{ section: entry }}
            className={styles.navLink}
            aria-current={entry === section ? 'page' : undefined}
            // On a phone the sections are a strip: the one that is shown must not lie beyond its edge.
            ref={entry === section ? scrollIntoStrip : null}
          >
            {SECTION_LABELS[entry]}
          </Link>
        ))}
      </nav>
      <div className={styles.content}>
        {section === 'users' ? (
          <UsersSection />
        ) : section === 'tokens' ? (
          <TokensSection />
        ) : section === 'account' ? (
          <AccountSection />
        ) : (
          <Loaded
            query={settings}
            failure="The settings could not be loaded"
            skeleton={<Skeleton rows={8} height={32} />}
          >
            {(data) => <SettingsSection section={section} settings={data} />}
          </Loaded>
        )}
      </div>
    </div>
  )
}

function scrollIntoStrip(link: HTMLAnchorElement | null): void {
  const strip = link?.parentElement
  if (link && strip) strip.scrollLeft = link.offsetLeft - (strip.clientWidth - link.clientWidth) / 2
}

function SettingsSection({ section, settings }: { readonly section: Section; readonly settings: SettingsState }) {
  switch (section) {
    case 'lists':
      return <ListsSection settings={settings} />
    case 'upstreams':
      return <UpstreamsSection settings={settings} />
    case 'cache':
      return <CacheSection settings={settings} />
    case 'storage':
      return <StorageSection settings={settings} />
    case 'access':
      return <AccessSection settings={settings} />
    case 'log':
      return <LogSection settings={settings} />
    case 'console':
      return (
        <>
          <ConsoleSection settings={settings} />
          <AboutPanel />
        </>
      )
    default:
      return <BlockingSection settings={settings} />
  }
}
