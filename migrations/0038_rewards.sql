-- The catalogue of rewards: what may be had for points, where, by whom, and how many.
SELECT;
