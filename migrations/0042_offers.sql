-- Offers: what members may be shown, who pays for it, and to whom it may go.
SELECT;
