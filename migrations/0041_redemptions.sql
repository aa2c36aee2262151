-- Redemptions: points held for a reward, handed over, taken back.
SELECT;
