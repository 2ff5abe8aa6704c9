/** Codes with which a solved ticket attaches training. */
export const TRAINS = ['training_suggested', 'utilized_elearning'];
