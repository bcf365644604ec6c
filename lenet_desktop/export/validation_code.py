"""What a script in plain PyTorch needs for images that are held out, and for early stopping.

The same images are held out as by `training.sampling.hold_out`, and the run is stopped by what
`training.validation` stops it by.
"""

TERMS = """
# val loss   mean over the images that are held out, after the epoch
# val acc    share of these that were right after the epoch"""
HOLDING_OUT = '''\
def hold_out():
    """Return which images to learn from and which to hold out, by classes alike."""
    labels = train_data.targets.numpy()
    shares, remainders = np.divmod(np.bincount(labels) * validation_images, len(labels))
    missing = validation_images - shares.sum()
    shares[np.argsort(-remainders, kind="stable")[:missing]] += 1
    order = np.array(shuffled(0))  # as if for an epoch before the first
    held_out = [order[labels[order] == c][:share] for c, share in enumerate(shares)]
    held_out = np.sort(np.concatenate(held_out))
    return np.setdiff1d(order, held_out), held_out


learned, held_out = hold_out()
validation_data = Subset(all_images, held_out)
train_data = Subset(train_data, learned)'''

JUDGING = '''
@torch.no_grad()
def judge(data):
    """Return the mean loss and the share that the network gets right."""
    net.eval()
    loss_sum, correct = 0.0, 0
    for images, labels in DataLoader(data, batch_size=1000):
        logits, labels = net(images.to(device)), labels.to(device)
        loss_sum += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
        correct += (logits.argmax(dim=1) == labels).sum().item()
    return loss_sum / len(data), correct / len(data)
'''

JUDGED = """
    validation_loss, validation_accuracy = judge(validation_data)"""
PRINTED = """
        f"val loss {validation_loss:.4f}, val acc {validation_accuracy:.3f}, \""""
UNSTOPPED = "best_loss, best_epoch = math.inf, 0\n"
"""What has to be known before the first epoch to stop early; what follows comes after each."""
STOPPING = """
    if validation_loss < best_loss:
        best_loss, best_epoch = validation_loss, epoch
    elif epoch - best_epoch >= patience:
        print(f"stopped early: the best epoch by validation was {best_epoch}")
        break"""
