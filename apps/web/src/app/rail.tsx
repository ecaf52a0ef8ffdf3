/** The way around: a rail at the left, a bar of five at the bottom of a phone. */
import { IconDots, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { Dialog } from '../ui/drawer.tsx'
import { Logo } from '../ui/logo.tsx'
import { ALL_DESTINATIONS, type Destination, PHONE_DESTINATIONS, SECTIONS } from './navigation.ts'
import styles from './rail.module.css'

interface RailProps {
  readonly isFolded: boolean
  readonly onFold: (folded: boolean) => void
}

export function Rail({ isFolded, onFold }: RailProps) {
  return (
    <nav className={styles.rail} aria-label="Main" data-folded={isFolded || undefined}>
      <Link to="/" className={styles.brand} aria-label="Weir, overview">
        <Logo />
        <span className={styles.word}>Weir</span>
      </Link>
      {SECTIONS.map((section) => (
        <div key={section.heading} className={styles.section}>
          {section.heading && <p className={styles.heading}>{section.heading}</p>}
          {section.entries.map((entry) => (
            <NavLink key={entry.to} entry={entry} className={styles.link} size={17} />
          ))}
        </div>
      ))}
      <button
        type="button"
        className={styles.fold}
        onClick={() => onFold(!isFolded)}
        aria-label={isFolded ? 'Unfold the navigation' : 'Fold the navigation'}
        title={isFolded ? 'Unfold' : 'Fold'}
      >
        {isFolded ? <IconLayoutSidebarLeftExpand size={17} /> : <IconLayoutSidebarLeftCollapse size={17} />}
        <span className={styles.word}>Fold</span>
      </button>
    </nav>
  )
}

export function BottomBar() {
  const [isMoreOpen, setIsMoreOpen] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const rest = ALL_DESTINATIONS.filter((entry) => !PHONE_DESTINATIONS.includes(entry))
  return (
    <nav className={styles.bottom} aria-label="Main">
      {PHONE_DESTINATIONS.map((entry) => (
        <NavLink key={entry.to} entry={entry} className={styles.tab} size={20} />
      ))}
      <button
        type="button"
        className={styles.tab}
        onClick={() => setIsMoreOpen(true)}
        aria-haspopup="dialog"
        data-status={rest.some((entry) => entry.to === path) ? 'active' : undefined}
      >
        <IconDots size={20} aria-hidden />
        <span>More</span>
      </button>
      <Dialog isOpen={isMoreOpen} onClose={() => setIsMoreOpen(false)} title="More">
        <div className={styles.sheet}>
          {rest.map((entry) => (
            <NavLink
              key={entry.to}
              entry={entry}
              className={styles.sheetLink}
              size={18}
              onClick={() => setIsMoreOpen(false)}
            />
          ))}
        </div>
      </Dialog>
    </nav>
  )
}

interface NavLinkProps {
  readonly entry: Destination
  readonly className: string | undefined
  readonly size: number
  readonly onClick?: () => void
}

function NavLink({ entry, className, size, onClick }: NavLinkProps) {
  const Icon = entry.icon
  return (
    <Link
      to={entry.to}
      className={className}
      title={entry.label}
      activeOptions={{ exact: entry.to === '/', includeSearch: false }}
      {...(onClick && { onClick })}
    >
      <Icon size={size} stroke={1.7} aria-hidden />
      <span className={styles.word}>{entry.label}</span>
    </Link>
  )
}
