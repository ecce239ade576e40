/** In what git keeps of a worktree of ours: it is complete. One without it was given up half-made. */
export const completeMark = 'orchestra-complete';
