// The database's tables as types. Times are epoch ms. Used by every file of this room.
import type { Generated } from 'kysely'

export interface Tables {
  learners: { id: string; created_at: number }
  /** one per lab */
  attempts: {
    lab_id: string
    scenario_id: string
    runtime: string
    learner: string
    created_at: number
    /** from launch to prompt, ms */
    start_ms: number | null
    broken_at: number | null
    solved_at: number | null
    /** from broken to solved, ms */
    solve_ms: number | null
    hints: Generated<number>
    resets: Generated<number>
    ended_at: number | null
    end_reason: string | null
    end_detail: string | null
    /** bytes of the lab's events.jsonl that are in the store */
    folded_bytes: Generated<number>
  }
  commands: { lab_id: string; number: number; at: number; target: string; command: string; exit_code: number | null }
  solved: { learner: string; scenario_id: string; first_at: number; last_at: number; best_ms: number; times: number }
}
