/** Buttons: one strong one per view, the rest quiet. No colour: only what destroys is marked. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './button.module.css'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: 'strong' | 'plain' | 'ghost' | 'danger'
  readonly size?: 'small' | 'medium'
  readonly icon?: ReactNode
  readonly isBusy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

export function Button({
  variant = 'plain',
  size = 'medium',
  icon,
  isBusy = false,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={isBusy || undefined}
      {...rest}
      disabled={rest.disabled || isBusy}
      className={[styles.button, styles[variant], styles[size], className].filter(Boolean).join(' ')}
    >
      {isBusy ? <span className={styles.busy} aria-hidden /> : icon}
      {children !== undefined && <span className={styles.label}>{children}</span>}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  /** Said by screen readers and shown on hover. */
  readonly label: string
  readonly children: ReactNode
}

export function IconButton({ label, children, variant = 'ghost', className, ...rest }: IconButtonProps) {
  return (
    <Button
      {...rest}
      variant={variant}
      icon={children}
      aria-label={label}
      title={label}
      className={[styles.square, className].filter(Boolean).join(' ')}
    />
  )
}
