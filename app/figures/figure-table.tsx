// A table in a figure, which scrolls sideways where it is too wide. Used by the figures whose answer is a list.
import type { ReactNode } from 'react'

interface FigureTableProps {
  caption: string
  columns: readonly string[]
  /** of the region that scrolls; default: the caption */
  label?: string
  /** rows */
  children: ReactNode
}

export function FigureTable({ caption, columns, label = caption, children }: FigureTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label={label}>
      <table className="pod-table">
        <caption className="label">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
