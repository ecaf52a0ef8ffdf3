/** The mark: a weir's blades over water. */
export function Logo({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeLinecap="round" strokeLinejoin="round">
        <path d="M4 7l5.2 13L16 7l6.8 13L28 7" strokeWidth="3" />
        <path d="M3 27c2.8-2 4.8-2 7.6 0s4.9 2 7.7 0 5-2 7.8 0l2.4 1" strokeWidth="2" opacity=".55" />
      </g>
    </svg>
  )
}
