// The terminals a page shows of its lab: which are open, which is in front. Used by lab-controller.ts.
import type { ErrorBody } from '../../labs/spec/errors.ts'
import type { LabSnapshot, TerminalView } from '../../labs/spec/lab.ts'
import type { LabConnection } from './lab-connection.ts'
import type { TerminalStream } from './terminal-stream.ts'

export interface TerminalTab {
  /** stable in this page, also before the server has named the terminal */
  id: string
  target: string
  /** `laptop`, or `laptop 2` for a second shell there */
  label: string
  terminalId?: string
  stream?: TerminalStream
  /** something has been printed */
  live: boolean
  exited: boolean
  exitCode?: number
  lost?: ErrorBody
}

export interface TabsChange {
  terminals?: readonly TerminalTab[]
  active?: string
  beside?: string | undefined
}

export interface TerminalTabs {
  /** A lab is taken up. `fresh`: this page started it, so it opens the first shells. */
  begin(fresh: boolean): void
  follow(snapshot: LabSnapshot, open: boolean): void
  open(labId: string, target: string): Promise<TerminalTab>
  close(id: string): void
  show(id: string): void
  showBeside(id: string | undefined): void
  type(labId: string, target: string, text: string): Promise<void>
  /** Typed by the person at this page. */
  input(tab: TerminalTab, data: string): void
  resize(tab: TerminalTab, cols: number, rows: number): void
  discardInput(tab: TerminalTab): void
  /** The pty's size as the lab last said. */
  size(tab: TerminalTab): { cols: number; rows: number } | undefined
  dispose(): void
}

/** `node/worker` → `worker`, `pod/shop:web-0/app` → `shop:web-0/app`. */
export const targetLabel = (target: string): string => target.replace(/^(node|pod|host|deploy)\//, '')

export function createTerminalTabs(connection: LabConnection, changed: (change: TabsChange) => void): TerminalTabs {
  let tabs: TerminalTab[] = []
  let active: string | undefined
  let beside: string | undefined
  let labId = ''
  let fresh = false
  let openedFirst = false
  let counter = 0
  let sizes: readonly TerminalView[] = []
  /** terminals this page has asked for and closed: the snapshot may still list them for a moment */
  const closed = new Set<string>()
  /** requests under way; a snapshot may name the new terminal before its reply arrives */
  let opening = 0
  const detach = new Map<string, () => void>()
  /** the size new shells start with: what the last screen measured */
  let lastSize = { cols: 100, rows: 26 }

  const publish = () => changed({ terminals: tabs, active, beside })
  const update = (id: string, change: Partial<TerminalTab>) => {
    tabs = tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab))
    publish()
  }

  function label(target: string): string {
    const same = tabs.filter((tab) => tab.target === target).length
    return same === 0 ? targetLabel(target) : `${targetLabel(target)} ${same + 1}`
  }

  function add(target: string): TerminalTab {
    counter += 1
    const tab: TerminalTab = { id: `terminal-${counter}`, target, label: label(target), live: false, exited: false }
    tabs = [...tabs, tab]
    return tab
  }

  function attach(tab: TerminalTab, terminalId: string): TerminalTab {
    const attached = connection.attach(labId, terminalId, {
      onFirstOutput: () => update(tab.id, { live: true }),
      onExit: (exitCode) => update(tab.id, { exited: true, exitCode }),
      onLost: (lost) => update(tab.id, { exited: true, lost }),
    })
    detach.set(tab.id, attached.detach)
    const whole = { ...tab, terminalId, stream: attached.stream }
    tabs = tabs.map((other) => (other.id === tab.id ? whole : other))
    return whole
  }

  async function open(lab: string, target: string, front: boolean): Promise<TerminalTab> {
    const tab = add(target)
    if (front || !active) active = tab.id
    publish()
    opening += 1
    try {
      const { terminalId } = await connection.request('term.open', { labId: lab, target, ...lastSize })
      const whole = attach(tab, terminalId)
      publish()
      return whole
    } catch (error) {
      remove(tab.id)
      throw error
    } finally {
      opening -= 1
    }
  }

  function remove(id: string): void {
    detach.get(id)?.()
    detach.delete(id)
    const at = tabs.findIndex((tab) => tab.id === id)
    tabs = tabs.filter((tab) => tab.id !== id)
    if (beside === id) beside = undefined
    if (active === id) active = tabs[Math.max(0, at - 1)]?.id
    if (beside === active) beside = undefined
    publish()
  }

  /** Shells that others opened (another page, the lab itself) appear here too. */
  function adopt(snapshot: LabSnapshot): void {
    if (opening > 0) return
    const known = new Set(tabs.map((tab) => tab.terminalId))
    for (const terminal of snapshot.terminals) {
      if (known.has(terminal.id) || closed.has(terminal.id) || terminal.exited) continue
      const tab = attach(add(terminal.target), terminal.id)
      active ??= tab.id
    }
    for (const tab of tabs) {
      const terminal = tab.terminalId ? snapshot.terminals.find((t) => t.id === tab.terminalId) : undefined
      if (terminal?.exited && !tab.exited) tabs = tabs.map((t) => (t.id === tab.id ? { ...t, exited: true } : t))
    }
  }

  return {
    begin(isFresh) {
      fresh = isFresh
      openedFirst = false
    },
    follow(snapshot, ready) {
      labId = snapshot.labId
      sizes = snapshot.terminals
      adopt(snapshot)
      if (ready && !openedFirst) {
        openedFirst = true
        // Only the page that started the lab opens them all: two pages would open each shell twice.
        const wanted = snapshot.initialTargets.filter((target) => !tabs.some((tab) => tab.target === target))
        const first = fresh ? wanted : tabs.length === 0 ? wanted.slice(0, 1) : []
        for (const target of first) open(labId, target, false).catch(() => undefined)
      }
      publish()
    },
    open: (lab, target) => open(lab, target, true),
    close(id) {
      const tab = tabs.find((t) => t.id === id)
      remove(id)
      if (!tab?.terminalId) return
      closed.add(tab.terminalId)
      if (!tab.lost) void connection.request('term.close', { labId, terminalId: tab.terminalId }).catch(() => undefined)
    },
    show(id) {
      if (id === beside) beside = active
      active = id
      publish()
    },
    showBeside(id) {
      beside = id === active ? undefined : id
      publish()
    },
    async type(lab, target, text) {
      const shown = tabs.find((tab) => tab.id === active && tab.target === target && !tab.exited)
      const tab = shown ?? tabs.find((t) => t.target === target && !t.exited && t.terminalId) ?? (await open(lab, target, true))
      if (tab.id !== beside) active = tab.id
      publish()
      const terminalId = tab.terminalId ?? tabs.find((t) => t.id === tab.id)?.terminalId
      if (terminalId) connection.type(lab, terminalId, text)
    },
    input(tab, data) {
      if (tab.terminalId && !tab.exited) connection.type(labId, tab.terminalId, data)
    },
    resize(tab, cols, rows) {
      lastSize = { cols, rows }
      if (tab.terminalId && !tab.exited) connection.resize(labId, tab.terminalId, cols, rows)
    },
    discardInput(tab) {
      if (tab.terminalId) connection.discardInput(labId, tab.terminalId)
    },
    size(tab) {
      const terminal = sizes.find(({ id }) => id === tab.terminalId)
      return terminal && { cols: terminal.cols, rows: terminal.rows }
    },
    dispose() {
      for (const stop of detach.values()) stop()
      detach.clear()
      closed.clear()
      tabs = []
      active = undefined
      beside = undefined
    },
  }
}
