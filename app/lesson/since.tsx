// A dated remark: true from this Kubernetes version on. Facts behind it are rechecked at each release.
import type { ReactNode } from 'react'

export function Since({ version, children }: { version: string; children: ReactNode }) {
  return (
    <aside className="note">
      <b>Since Kubernetes {version}.</b> {children}
    </aside>
  )
}
