-- Voucher codes in pools: each is given once.
SELECT;
