/** A link that looks like a button: for what the browser itself fetches, such as downloads. */
import type { AnchorHTMLAttributes, ReactNode } from 'react'
import styles from './button.module.css'

export function LinkButton({
  icon,
  children,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { readonly icon?: ReactNode }) {
  return (
    <a {...rest} className={`${styles.button} ${styles.plain} ${styles.medium}`}>
      {icon}
      {children}
    </a>
  )
}
