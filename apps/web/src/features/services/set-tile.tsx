/** One service or search engine: a switch, and a door to its groups, names and answer. */
import { Link } from '@tanstack/react-router'
import { ShadowChip } from '../../ui/shadow-mark.tsx'
import { Switch } from '../../ui/toggle.tsx'
import styles from './services.module.css'
import type { ServicesSearch } from './services-search.ts'

interface SetTileProps {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly isOn: boolean
  /** Only records; shown while it is on. */
  readonly isShadow: boolean
  /** For whom, in words; shown while it is on. */
  readonly whom: string
  readonly isBusy: boolean
  readonly search: ServicesSearch
  readonly onSwitch: (isOn: boolean) => void
}

export function SetTile({ id, name, text, isOn, isShadow, whom, isBusy, search, onSwitch }: SetTileProps) {
  return (
    <li className={styles.tile} data-on={isOn || undefined}>
      <Switch label={name} help={text} checked={isOn} disabled={isBusy} onChange={onSwitch} />
      <Link to="/services" search={{ ...search, open: id }} className={styles.whom}>
        {isOn && isShadow && <ShadowChip />}
        {isOn ? `for ${whom}` : 'details'}
        <span className="visually-hidden">: {name}</span>
      </Link>
    </li>
  )
}
